package facts

import "testing"

func TestLastKey(t *testing.T) {
	t.Parallel()
	for give, want := range map[string]string{
		"shop:dbPassword": "dbPassword", "db.users[0].token": "token", "tokens[3]": "tokens", "tokens[3][1]": "tokens",
		"key42": "key42", "shop:0123": "0123", "[0]": "",
	} {
		if got := lastKey(give); got != want {
			t.Errorf("%s: got %q, want %q", give, got, want)
		}
	}
}
