package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) GitLabToken() Format {
	return Format{
		ID: "gitlab-token", Title: "a GitLab token",
		Matches: "glpat-, glrt-, gldt-, glft-, glsoat-, glptt-, gloas-, glagent-, glcbt- and glimt- tokens",
		Source:  "https://docs.gitlab.com/security/tokens/",
		Forms: []Form{
			{Anchor: "glpat-", Test: token(ascii.Dotted, 20, 320)},
			{Anchor: "glrt-", Test: token(ascii.Dotted, 20, 320)},
			{Anchor: "gldt-", Test: token(ascii.Base64URL, 20, 64)},
			{Anchor: "glft-", Test: token(ascii.Base64URL, 20, 64)},
			{Anchor: "glsoat-", Test: token(ascii.Base64URL, 20, 64)},
			{Anchor: "glptt-", Test: token(ascii.Hex, 40, 40)},
			{Anchor: "gloas-", Test: token(ascii.Base64URL, 64, 64)},
			{Anchor: "glagent-", Test: token(ascii.Base64URL, 50, 128)},
			{Anchor: "glcbt-", Test: token(ascii.Base64URL, 20, 128)},
			{Anchor: "glimt-", Test: token(ascii.Base64URL, 25, 25)},
		},
		Samples: func(m Maker) Samples {
			return join(
				m.Tokens(SetAlnum, 20, "glpat-", "glrt-", "gldt-", "glft-", "glsoat-", "glcbt-"),
				m.Tokens(SetHex, 40, "glptt-"),
				m.Tokens(SetAlnum, 64, "gloas-", "glagent-"),
				m.Tokens(SetAlnum, 25, "glimt-"),
			)
		},
	}
}
