package dialect

// The comment markers.
var (
	hash    = []string{"#"}
	slashes = []string{"//", "/*"}
	dashes  = []string{"--", "/*"}
	markup  = []string{"<!--"}
)

// row maps names, prefixes of names, and extensions, all in lower case, to a dialect.
type row struct {
	names, prefixes, endings string
	Dialect
}

var table = [...]row{
	{
		endings: "go ts tsx mts cts js jsx mjs cjs cs java kt kts scala",
		Dialect: Dialect{Language: Program, Values: Code, Comments: slashes},
	},
	{endings: "fs", Dialect: Dialect{Language: Program, Values: Code}},
	{endings: "py", Dialect: Dialect{Language: Program, Values: Script, Comments: hash}},
	{
		endings: "c h cc cpp hpp rs swift dart groovy gradle proto cue jsonnet libsonnet bicep css scss less",
		Dialect: Dialect{Values: Code, Comments: slashes},
	},
	{endings: "json json5 jsonc", Dialect: Dialect{Structure: JSON, Values: Code, Comments: slashes}},
	{
		names:   "jenkinsfile",
		endings: "svelte cxx hh m mm sol zig v d pkl bicepparam graphql map",
		Dialect: Dialect{Values: Code},
	},
	{
		endings: "webmanifest ipynb har tfstate ftpconfig dockerconfigjson",
		Dialect: Dialect{Structure: JSON, Values: Code},
	},
	{endings: "vue", Dialect: Dialect{Values: Code, Comments: []string{"<!--", "//", "/*"}}},
	{endings: "php", Dialect: Dialect{Values: Code | HashComment, Comments: []string{"#", "//", "/*"}}},
	{
		endings: "tf tfvars hcl",
		Dialect: Dialect{Structure: HCL, Values: Code | HashComment, Comments: []string{"#", "//", "/*"}},
	},
	{endings: "nomad tofu", Dialect: Dialect{Structure: HCL, Values: Code | HashComment}},
	{endings: "toml", Dialect: Dialect{Structure: TOML, Values: Script, Comments: hash}},
	{endings: "rb pl r ex exs nix rego", Dialect: Dialect{Values: Script, Comments: hash}},
	{
		names:   "gemfile rakefile vagrantfile brewfile podfile fastfile",
		endings: "pyi erb pm t jl cr star bzl bazel cmake coffee tcl",
		Dialect: Dialect{Values: Script},
	},
	{endings: "yaml yml", Dialect: Dialect{Structure: YAML, Values: Script | Colon | Commands, Comments: hash}},
	{endings: "sh bash zsh", Dialect: Dialect{Language: Shell, Values: Shells, Comments: hash}},
	{
		names: ".envrc .profile",
		endings: "ksh mksh bats envrc bashrc zshrc kshrc profile bash_profile bash_login zprofile zshenv " +
			"bash_aliases command",
		Dialect: Dialect{Language: Shell, Values: Shells},
	},
	{endings: "ps1 psm1", Dialect: Dialect{Language: PowerShell, Values: Shells, Comments: hash}},
	{endings: "bat cmd", Dialect: Dialect{Language: Batch, Values: Shells, Comments: []string{"REM ", "rem ", "::"}}},
	{endings: "env", Dialect: Dialect{Values: Shells, Comments: hash}},
	{
		names: ".env procfile", prefixes: ".env. .bash .zsh", endings: "fish psd1 service",
		Dialect: Dialect{Values: Shells},
	},
	{endings: "mk", Dialect: Dialect{Language: Make, Values: Shells, Comments: hash}},
	{
		names: "makefile gnumakefile", prefixes: "makefile.", endings: "make",
		Dialect: Dialect{Language: Make, Values: Shells},
	},
	{names: "justfile .justfile", Dialect: Dialect{Language: Just, Values: Shells}},
	{
		names: "dockerfile containerfile", prefixes: "dockerfile. containerfile.", endings: "dockerfile containerfile",
		Dialect: Dialect{Language: Docker, Values: Shells | Spaced, Comments: hash},
	},
	{
		names:   ".netrc _netrc .authinfo .msmtprc .esmtprc .fetchmailrc redis.conf sentinel.conf",
		Dialect: Dialect{Values: Spaced},
	},
	{endings: "ini cfg conf cnf properties", Dialect: Dialect{Values: Config, Comments: []string{"#", ";"}}},
	{
		names:   ".npmrc .pypirc .gitconfig .my.cnf .yarnrc .s3cfg .boto .muttrc .mailrc credentials config",
		endings: "config prefs inf reg desktop",
		Dialect: Dialect{Values: Config},
	},
	{endings: "sql", Dialect: Dialect{Values: Quoted | DashComment | Commands, Comments: dashes}},
	{endings: "lua hs elm", Dialect: Dialect{Values: Quoted | DashComment, Comments: dashes}},
	{endings: "adb ads vhd vhdl", Dialect: Dialect{Values: Quoted | DashComment}},
	{endings: "el clj cljs lisp scm asm s ll", Dialect: Dialect{Values: Quoted | SemiComment}},
	{
		endings: "xml csproj props targets plist",
		Dialect: Dialect{Structure: XML, Values: Quoted | Markup, Comments: markup},
	},
	{endings: "html htm xhtml svg", Dialect: Dialect{Values: Quoted | Markup, Comments: markup}},
	{
		endings: "xsd xsl xslt wsdl vbproj fsproj resx pom nuspec",
		Dialect: Dialect{Structure: XML, Values: Quoted | Markup},
	},
	{endings: "cshtml jsp aspx storyboard", Dialect: Dialect{Values: Quoted | Markup}},
	{endings: "vb bas pas f90", Dialect: Dialect{Values: Quoted}},
	{endings: "md markdown mdx", Dialect: Dialect{Values: Quoted | Bare | Colon | Prose, Comments: markup}},
	{
		names: "go.sum go.work.sum package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock deno.lock " +
			"cargo.lock poetry.lock pipfile.lock uv.lock pdm.lock pixi.lock composer.lock gemfile.lock mix.lock " +
			"pubspec.lock packages.lock.json project.assets.json flake.lock .terraform.lock.hcl gradle.lockfile " +
			"podfile.lock package.resolved cartfile.resolved module.bazel.lock chart.lock conan.lock rebar.lock " +
			"paket.lock buf.lock",
		Dialect: Dialect{Hashes: true},
	},
}
