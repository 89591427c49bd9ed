# Authen::CAS::Client, as the synopsis of its manual shows it, in an application of Mojolicious.
use Mojolicious::Lite -signatures;
use Authen::CAS::Client;

my $app_url = $ENV{APP};
my $service = "$app_url/signed-in";
my $cas     = Authen::CAS::Client->new("$ENV{EULOGIN}/cas");

get '/' => sub ($c) {
    my $user = $c->session('user');
    return $c->redirect_to($cas->login_url($service)) unless $user;
    $c->render(inline => 'Hello <%= $user %> <a href="/sign-out">Sign out</a>', user => $user);
};
get '/signed-in' => sub ($c) {
    my $r = $cas->service_validate($service, $c->param('ticket'));
    return $c->render(text => 'Not signed in', status => 403) unless $r->is_success;
    $c->session(user => $r->user);
    $c->redirect_to("$app_url/");
};
get '/sign-out' => sub ($c) {
    $c->session(expires => 1);
    $c->redirect_to($cas->logout_url);
};

app->secrets(['of a trial']);
app->start('daemon', '-l', $app_url =~ s/localhost/127.0.0.1/r);
