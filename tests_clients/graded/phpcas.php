<?php // phpCAS before 1.6, as its example_simple.php shows it.
error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
require_once getenv('PHPCAS');

$eulogin = parse_url(getenv('EULOGIN'));
session_name('PHP_APP');
phpCAS::client(CAS_VERSION_2_0, $eulogin['host'], $eulogin['port'], '/cas');
phpCAS::setCasServerCACert(getenv('CA'));
phpCAS::forceAuthentication();
if (isset($_REQUEST['logout'])) {
    phpCAS::logout();
}
echo 'Hello ' . phpCAS::getUser() . ' <a href="?logout=">Logout</a>';
