package exemption

import "testing"

func TestScope(t *testing.T) {
	t.Parallel()
	const stripe = "urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::stripe"
	policies := []any{"raw-secret-resource"}
	for _, tt := range []struct {
		name                string
		fields              map[string]any
		about, files, stack bool // of the secret above, of files, of shop/production
	}{
		{"its parts", map[string]any{"policies": policies, "project": "shop", "name": "str*"}, true, false, true},
		{"its URN", map[string]any{"policies": policies, "urn": stripe}, true, false, true},
		{"another policy", map[string]any{"policies": []any{"secret-name"}, "name": "stripe"}, false, false, true},
		{"another stack", map[string]any{"policies": policies, "stack": "dev"}, false, false, false},
		{"another project", map[string]any{"policies": policies, "urn": "urn:pulumi:*::web::*::*"}, false, false, false},
		{"another name in the stack", map[string]any{"policies": policies, "name": "mail"}, false, false, true},
		{"files", map[string]any{"policies": policies, "urn": "file:docs/*"}, false, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := ParseScope(tt.fields)
			if err != nil {
				t.Fatal(err)
			}
			about, files, stack := s.About("raw-secret-resource", stripe), s.Files(), s.Reaches("shop", "production")
			if about != tt.about || files != tt.files || stack != tt.stack {
				t.Errorf("got %v, %v, %v; want %v, %v, %v", about, files, stack, tt.about, tt.files, tt.stack)
			}
		})
	}
	if s, err := ParseScope(map[string]any{"policies": policies}); err == nil || s.About("raw-secret-resource", stripe) ||
		s.Reaches("shop", "production") || s.Files() {
		t.Error("fields that name nothing are about something")
	}
}
