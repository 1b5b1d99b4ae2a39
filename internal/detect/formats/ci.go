package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) BuildkiteToken() Format {
	return Format{
		ID: "buildkite-token", Title: "a Buildkite API token",
		Matches: "bkua_ and 40 hex digits",
		Source:  "https://buildkite.com/docs/apis/managing-api-tokens",
		Forms: []Form{
			{Anchor: "bkua_", Test: token(ascii.Hex, 40, 40)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetHex, 40, "bkua_")
		},
	}
}

func (known) CircleCIToken() Format {
	return Format{
		ID: "circleci-token", Title: "a CircleCI token",
		Matches: "CCIPAT_ tokens",
		Source:  "https://circleci.com/docs/managing-api-tokens/",
		Forms: []Form{
			{Anchor: "CCIPAT_", Test: token(ascii.Alnum|ascii.Dash, 63, 63)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts("CCIPAT_" + m.Of(SetAlnum, 22) + "_" + m.Of(SetHex, 40)),
				False: texts("CCIPAT_" + m.Of(SetAlnum, 22)),
			}
		},
	}
}

func (known) SonarQubeToken() Format {
	return Format{
		ID: "sonarqube-token", Title: "a SonarQube token",
		Matches: "squ_ or sqp_ and 40 hex digits",
		Source:  "https://docs.sonarsource.com/sonarqube-server/latest/user-guide/managing-tokens/",
		Forms: []Form{
			{Anchor: "squ_", Test: token(ascii.Hex, 40, 40)},
			{Anchor: "sqp_", Test: token(ascii.Hex, 40, 40)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetHex, 40, "squ_", "sqp_")
		},
	}
}
