package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) TerraformToken() Format {
	return Format{
		ID: "terraform-token", Title: "an HCP Terraform token",
		Matches: "14 characters, .atlasv1. and 60 to 70 more",
		Source:  "https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens",
		Forms: []Form{
			{Anchor: ".atlasv1.", Test: terraformToken},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts(m.Of(SetAlnum, 14) + ".atlas" + "v1." + m.Of(SetAlnum, 67)),
				False: texts(".atlas"+"v1."+m.Of(SetAlnum, 67), m.Of(SetAlnum, 14)+".atlas"+"v1."+m.Of(SetAlnum, 20)),
			}
		},
	}
}

func (known) VaultToken() Format {
	return Format{
		ID: "vault-token", Title: "a Vault token",
		Matches: "hvs., hvb. and hvr. tokens, root tokens too; older ones by their name",
		Source:  "https://developer.hashicorp.com/vault/docs/concepts/tokens",
		Forms: []Form{
			{Anchor: "hvs.", Test: token(ascii.Base64URL, 24, 300)},
			{Anchor: "hvb.", Test: token(ascii.Base64URL, 100, 500)},
			{Anchor: "hvr.", Test: token(ascii.Base64URL, 24, 500)},
		},
		Samples: func(m Maker) Samples {
			return join(m.Tokens(SetAlnum, 24, "hvs.", "hvr."), m.Tokens(SetAlnum, 140, "hvb."))
		},
	}
}

// terraformToken finds tokens of HCP Terraform: 14 characters, the mark, 60 to 70 more.
func terraformToken(c *Cursor, i, body int) (start, end int) {
	start = c.Back(i, ascii.Alnum, 15)
	end = c.Run(body, ascii.Base64URL, 80)
	if i-start != 14 || end-body < 60 || end-body > 70 {
		return 0, 0
	}
	return start, end
}
