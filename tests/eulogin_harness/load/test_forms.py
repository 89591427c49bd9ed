"""Pages are read as a browser reads them: forms with what they hold, and nothing that it would not send."""

from eulogin_harness.load import forms

PAGE = """<title>A page &amp; more</title><body data-page="register" data-state="ready">
<form method="get" action="/search"><input name="q"></form>
<form method="post" action="/send?a=1&amp;b=2">
  <input type="hidden" name="csrf_token" value="x&quot;y"><input name="email" type="email" value="">
  <input type="checkbox" name="privacy" value="y"><input type="checkbox" name="news" checked>
  <input type="submit" name="_submit" value="Sign in"><input name="other" form="elsewhere" value="1">
  <select name="language"><option value="en">English</option><option value="fr" selected>French</option></select>
  <textarea name="comment"></textarea><button name="save" value="1">Save</button>
</form>
<div class="srvErrors error error-box" role="alert"><p>Enter <b>another</b> name.</p></div>"""


def test_a_form_holds_what_a_browser_would_send() -> None:
    (form,) = forms.forms_of(PAGE)
    assert form.action == "/send?a=1&b=2"
    assert form.fields == {"csrf_token": 'x"y', "email": "", "news": "on", "language": "fr"}
    assert {"privacy", "comment", "_submit"} <= form.names
    assert "other" not in form.names


def test_a_page_says_which_one_it_is_and_what_is_wrong() -> None:
    assert (forms.page_of(PAGE), forms.title_of(PAGE)) == ("register", "A page & more")
    assert forms.problem_of(PAGE) == "Enter another name."
    assert (forms.page_of("no"), forms.title_of("no"), forms.problem_of("no")) == ("", "", "")
