package nearest

import "testing"

func TestOf(t *testing.T) {
	t.Parallel()
	names := []string{"raw-secret-resource", "secret-name", "settings"}
	for _, tt := range []struct{ name, give, want string }{
		{"underscores", "secret_name", "secret-name"},
		{"upper case", "Settings", "settings"},
		{"a letter left out", "secret-nme", "secret-name"},
		{"neighbours swapped", "secert-name", "secret-name"},
		{"a letter too many", "setttings", "settings"},
		{"the beginning of one", "raw-secrets", "raw-secret-resource"},
		{"the end of one", "secret-resource", "raw-secret-resource"},
		{"a few letters at the end of one", "ame", ""},
		{"the first word alone", "secret-manager-x", ""},
		{"something else", "bucket-owner", ""},
		{"short and different", "a", ""},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Of(tt.give, names); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
