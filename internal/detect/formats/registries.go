package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) DockerToken() Format {
	return Format{
		ID: "docker-token", Title: "a Docker token",
		Matches: "dckr_pat_ or dckr_oat_ and 27 characters or more",
		Source:  "https://docs.docker.com/security/access-tokens/",
		Forms: []Form{
			{Anchor: "dckr_pat_", Test: token(ascii.Base64URL, 27, 64)},
			{Anchor: "dckr_oat_", Test: token(ascii.Base64URL, 27, 64)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetBase64URL, 27, "dckr_pat_", "dckr_oat_")
		},
	}
}

func (known) NPMToken() Format {
	return Format{
		ID: "npm-token", Title: "an npm token",
		Matches: "npm_ and 36 characters",
		Source:  "https://docs.npmjs.com/about-access-tokens",
		Forms: []Form{
			{Anchor: "npm_", Test: token(ascii.Alnum, 36, 36)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 36, "npm_")
		},
	}
}

func (known) PyPIToken() Format {
	return Format{
		ID: "pypi-token", Title: "a PyPI token",
		Matches: "pypi-AgE and 50 characters or more",
		Source:  "https://pypi.org/help/#apitoken",
		Forms: []Form{
			{Anchor: "pypi-AgE", Test: token(ascii.Base64URL, 50, 512)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetBase64URL, 140, "pypi-"+"AgEIcHlwaS5vcmc")
		},
	}
}

func (known) RubyGemsKey() Format {
	return Format{
		ID: "rubygems-key", Title: "a RubyGems API key",
		Matches: "rubygems_ and 48 hex digits",
		Source:  "https://guides.rubygems.org/api-key-scopes/",
		Forms: []Form{
			{Anchor: "rubygems_", Test: token(ascii.Hex, 48, 48)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetHex, 48, "rubygems_")
		},
	}
}
