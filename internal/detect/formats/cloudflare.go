package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) CloudflareOriginCA() Format {
	return Format{
		ID: "cloudflare-origin-ca", Title: "a Cloudflare origin CA key",
		Matches: "v1.0-, 24 hex digits and 146 more",
		Source:  "https://developers.cloudflare.com/fundamentals/api/get-started/ca-keys/",
		Forms: []Form{
			{Anchor: "v1.0-", Test: originCA},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts("v1.0-" + m.Of(SetHex, 24) + "-" + m.Of(SetHex, 146)),
				False: texts("v1.0-"+m.Of(SetHex, 24), "v1.0-"+m.Of(SetHex, 40)),
			}
		},
	}
}

func (known) CloudflareToken() Format {
	return Format{
		ID: "cloudflare-token", Title: "a Cloudflare API token",
		Matches: "cfk_, cfut_ or cfat_ and 40 characters with a checksum",
		Source:  "https://developers.cloudflare.com/fundamentals/api/",
		Forms: []Form{
			{Anchor: "cfut_", Test: token(ascii.Alnum, 40, 64)},
			{Anchor: "cfat_", Test: token(ascii.Alnum, 40, 64)},
			{Anchor: "cfk_", Test: token(ascii.Alnum, 40, 64)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 48, "cfut_", "cfat_", "cfk_")
		},
	}
}

// originCA finds the origin CA keys of Cloudflare: v1.0-, 24 hex digits, a dash, 146 more.
func originCA(c *Cursor, i, body int) (start, end int) {
	b := c.Run(body, ascii.Hex, 25)
	if b-body != 24 || b >= len(c.Text) || c.Text[b] != '-' || !boundary(c.Text, i) {
		return 0, 0
	}
	if end = c.Run(b+1, ascii.Hex, 160); end-b-1 != 146 {
		return 0, 0
	}
	return i, end
}
