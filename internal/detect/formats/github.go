package formats

import (
	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

func (known) GitHubAppToken() Format {
	return Format{
		ID: "github-app-token", Title: "a GitHub App installation token", ShortLived: true,
		Matches: "ghs_ and 36 characters, or an app id and a web token",
		Source: "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/" +
			"about-authentication-to-github",
		Forms: []Form{
			{Anchor: "ghs_", Test: appToken},
		},
		Samples: func(m Maker) Samples {
			return join(m.Tokens(SetAlnum, 36, "ghs_"), Samples{True: texts("ghs_12345_" + m.WebToken())})
		},
	}
}

func (known) GitHubToken() Format {
	return Format{
		ID: "github-token", Title: "a GitHub token",
		Matches: "ghp_, gho_, ghu_ or ghr_ and 36 characters, github_pat_ and 82",
		Source: "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/" +
			"about-authentication-to-github",
		Forms: []Form{
			{Anchor: "ghp_", Test: token(ascii.Alnum, 36, 255)},
			{Anchor: "gho_", Test: token(ascii.Alnum, 36, 255)},
			{Anchor: "ghu_", Test: token(ascii.Alnum, 36, 255)},
			{Anchor: "ghr_", Test: token(ascii.Alnum, 36, 255)},
			{Anchor: "github_pat_", Test: token(ascii.Alnum|ascii.Dash, 82, 255)},
		},
		Samples: func(m Maker) Samples {
			return join(m.Tokens(SetAlnum, 36, "ghp_", "gho_", "ghu_", "ghr_"), m.Tokens(SetAlnum, 82, "github_pat_"))
		},
	}
}

// appToken finds the two forms of GitHub's installation tokens: 36 characters, or an id and a web token.
func appToken(c *Cursor, i, body int) (start, end int) {
	if !boundary(c.Text, i) {
		return 0, 0
	}
	if head := c.Run(body, ascii.Dotted, 36); head-body < 36 || !looks.Varied(c.Text[body:head]) {
		return 0, 0
	}
	end = c.Run(body, ascii.Dotted, 2048)
	for end > body && c.Text[end-1] == '.' {
		end--
	}
	if end-body < 36 {
		return 0, 0
	}
	return i, end
}
