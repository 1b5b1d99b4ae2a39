package formats

import (
	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

func (known) JWT() Format {
	return Format{
		ID: "jwt", Title: "a JSON web token",
		Matches: "three parts of base64, two of which begin like JSON",
		Source:  "RFC 7519",
		Forms: []Form{
			{Anchor: "eyJ", Test: webToken},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True: texts(m.WebToken(), "token_"+m.WebToken(), `{"a":"`+m.WebToken()+`"}`, `x\n`+m.WebToken()),
				False: texts(
					"eyJ"+m.Of(SetAlnum, 33), "eyJ"+m.Of(SetAlnum, 33)+"."+m.Of(SetAlnum, 30)+".x",
					Encode(`{"alg":"HS256"}`),
				),
			}
		},
	}
}

// webToken finds a JSON web token: two parts of base64 that begin like JSON, and a signature.
func webToken(c *Cursor, i, _ int) (start, end int) {
	t := c.Text
	if i < c.dead || !boundary(t, i) {
		return 0, 0
	}
	a := c.Run(i, ascii.Base64URL, 4096)
	c.dead = a // a later start in the same run ends at the same byte and fails like this one
	if a-i < 10 || a+2 >= len(t) || t[a] != '.' || t[a+1] != 'e' || t[a+2] != 'y' && t[a+2] != 'w' {
		return 0, 0
	}
	b := c.Run(a+1, ascii.Base64URL, 16<<10)
	c.dead = max(c.dead, a+1)
	if b-a < 10 || b >= len(t) || t[b] != '.' {
		return 0, 0
	}
	end = c.Run(b+1, ascii.Base64URL, 2048)
	if end-b-1 < 10 || !looks.Varied(t[i:a]) {
		return 0, 0
	}
	return i, end
}
