package cli

import "testing"

func TestStartedAsLanguage(t *testing.T) {
	for _, tt := range []struct {
		name   string
		give   []string
		engine string
		ok     bool
	}{
		{"by the engine", []string{"/x/pulumi-language-policypack", "127.0.0.1:4242"}, "127.0.0.1:4242", true},
		{"on Windows", []string{"pulumi-language-policypack.exe", "127.0.0.1:4242"}, "127.0.0.1:4242", true},
		{
			"with logging flags",
			[]string{"pulumi-language-policypack", "--logtostderr", "-v=9", "127.0.0.1:4242"},
			"127.0.0.1:4242", true,
		},
		{
			"with tracing",
			[]string{"pulumi-language-policypack", "--tracing", "http://127.0.0.1:1", "127.0.0.1:4242"},
			"127.0.0.1:4242", true,
		},
		{"by a person", []string{"pulumi-language-policypack", "help"}, "", false},
		{"without arguments", []string{"pulumi-language-policypack"}, "", false},
		{"as the program", []string{"policypack", "127.0.0.1:4242"}, "", false},
		{"as nothing", nil, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			engine, ok := startedAsLangHost(tt.give)
			if engine != tt.engine || ok != tt.ok {
				t.Errorf("got %q, %v; want %q, %v", engine, ok, tt.engine, tt.ok)
			}
		})
	}
}
