package langhost

import "testing"

func TestEngineOf(t *testing.T) {
	for _, tt := range []struct {
		name string
		give []string
		want string
	}{
		{"alone", []string{"127.0.0.1:4242"}, "127.0.0.1:4242"},
		{
			"behind flags",
			[]string{"--logtostderr", "-v=9", "--tracing", "http://127.0.0.1:1", "127.0.0.1:4242"},
			"127.0.0.1:4242",
		},
		{"missing", []string{"--logtostderr"}, ""},
		{"nothing", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := engineOf(tt.give); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
