package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) PulumiToken() Format {
	return Format{
		ID: "pulumi-token", Title: "a Pulumi access token",
		Matches: "pul- and 40 hex digits",
		Source:  "https://www.pulumi.com/docs/administration/access-identity/access-tokens/",
		Forms: []Form{
			{Anchor: "pul-", Test: token(ascii.Hex, 40, 40)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetHex, 40, "pul-")
		},
	}
}
