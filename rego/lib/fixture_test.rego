# METADATA
# title: Documents for tests
# description: Input documents as Go builds them, with the default settings. Tests lay their own parts over them.
package lib.fixture

settings := {
	"components": [
		{"type": "acme:infra:Secret", "values": "none"},
		{"type": "acme:infra:*", "values": "generated"},
	],
	"managers": ["aws-secrets-manager", "gcp-secret-manager", "azure-key-vault"],
	"managersByStack": {},
	"environments": ["production", "staging", "development"],
	"environmentByStack": {},
	"onUnknown": "warn",
}

base := {
	"scope": "resource",
	"run": {"organization": "acme", "project": "shop", "stack": "production", "dryRun": true, "tags": {}, "today": "2026-11-23"},
	"resource": {
		"urn": "urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::db",
		"type": "aws:secretsmanager/secret:Secret",
		"name": "db",
		"ancestors": [],
		"options": {"protect": false, "retainOnDelete": false, "ignoreChanges": [], "aliases": [], "additionalSecretOutputs": []},
		"properties": {},
		"unknown": [],
		"secret": [],
	},
	"findings": [],
	"settings": settings,
	"parameters": {
		"raw-secret-resource": {"requireDirectParent": false},
		"secret-name": {"templates": ["{service}/{environment}"], "matchStack": true, "serviceIsProject": false},
	},
}

# Lays one object over another, at every depth; lists are replaced.
with_(patch) := object.union(base, patch)

# The document of a file, with a patch over it.
file(patch) := object.union(object.remove(base, ["resource"]), object.union({"scope": "repository", "file": _file}, patch))

_file := {
	"name": "deploy/run.sh", "kind": "script", "template": false, "more": false, "commands": [], "config": [], "logins": [], "ci": [], "calls": [],
}

# The document of a resource of Terraform, of which the settings bless a module.
terraform(patch) := object.union(
	with_({"run": {"program": "terraform"}, "settings": {"blessedModules": [
		{"source": "./modules/secret"}, {"source": "github.com/acme/infra//**", "values": "generated"},
	]}}),
	patch,
)

stack(patch) := with_({"resource": {"type": "pulumi:pulumi:Stack", "name": "shop-production"}, "settings": patch})

aws := {
	"token": "aws:secretsmanager/secret:Secret",
	"class": "store",
	"manager": "aws-secrets-manager",
	"own": true,
	"name": ["name"],
	"autoname": "-[0-9a-f]{7}",
	"naming": {
		"manager": "aws-secrets-manager", "regex": `^[0-9A-Za-z/_+=.@-]+$`, "min": 1, "max": 512, "slash": true,
		"lower_only": false, "prefix": "", "separator": "/", "part": `^[0-9A-Za-z_+=.@-]+$`,
		"reserved": [{
			"pattern": "-[0-9A-Za-z]{6}$", "advice": true,
			"message": "ends in a hyphen and six characters, like the suffix of an ARN",
		}],
	},
}

aws_version := {
	"token": "aws:secretsmanager/secretVersion:SecretVersion", "class": "version", "manager": "aws-secrets-manager",
	"own": true, "values": [["secretString"]],
}

gcp := {
	"token": "gcp:secretmanager/secret:Secret",
	"class": "store",
	"manager": "gcp-secret-manager",
	"own": true,
	"name": ["secretId"],
	"autoname": "-[0-9a-f]{7}",
	"naming": {
		"manager": "gcp-secret-manager", "regex": "^[A-Za-z0-9_-]+$", "min": 1, "max": 255, "slash": false,
		"lower_only": false, "prefix": "", "separator": "_", "part": "^[A-Za-z0-9-]+$",
	},
}

azure := {
	"token": "azure-native:keyvault:Secret",
	"class": "store",
	"manager": "azure-key-vault",
	"own": true,
	"name": ["secretName"],
	"autoname": "",
	"value_in_store": true,
	"naming": {
		"manager": "azure-key-vault", "regex": "^[0-9a-zA-Z-]{1,127}$", "min": 1, "max": 127, "slash": false,
		"lower_only": true, "prefix": "", "separator": "--", "part": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
	},
}

ssm := {
	"token": "aws:ssm/parameter:Parameter",
	"class": "store",
	"manager": "ssm-parameter-store",
	"name": ["name"],
	"autoname": "-[0-9a-f]{7}",
	"value_in_store": true,
	"condition": {"all": [{"path": ["type"], "equals": "SecureString"}]},
	"naming": {
		"manager": "ssm-parameter-store", "regex": `^(/?[a-zA-Z0-9_.-]+)$|^(/[a-zA-Z0-9_.-]+){1,15}$`, "min": 1,
		"max": 1011, "slash": true, "lower_only": false, "prefix": "/", "separator": "/", "part": "^[a-zA-Z0-9_.-]+$",
		"reserved": [{"pattern": "(?i)^/?(aws|ssm)", "message": "starts with aws or ssm, which Parameter Store reserves"}],
	},
}

kubernetes := {
	"token": "kubernetes:core/v1:Secret",
	"class": "store",
	"manager": "kubernetes",
	"name": ["metadata", "name"],
	"condition": {
		"all": [{"path": ["type"], "notEquals": "kubernetes.io/service-account-token"}],
		"any": [{"path": ["data"], "nonEmpty": true}, {"path": ["stringData"], "nonEmpty": true}],
	},
}
