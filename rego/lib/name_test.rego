package lib.name_test

_plain := {"prefix": "", "separator": "/"}

_gcp := {"prefix": "", "separator": "_"}

_azure := {"prefix": "", "separator": "--"}

_ssm := {"prefix": "/", "separator": "/"}

test_kebab if {
	kebab := {text |
		some text in ["api", "llm-service", "a1", "3scale", "Api", "a--b", "-a", "a-", "", "a_b", "a.b", "аpi", "a/b", "a\n", "é"]
		data.lib.name.kebab(text)
	}
	kebab == {"api", "llm-service", "a1", "3scale"}
}

test_line if {
	data.lib.name.line("a\nb\r\n\tc é") == `a\nb\r\n\tc é`
}

test_to_kebab if {
	[data.lib.name.to_kebab(text) | some text in ["My_Shop.web", "shop", "--a  b--"]] == ["my-shop-web", "shop", "a-b"]
}

test_templates if {
	good := {text |
		some text in [
			"{service}/{environment}", "{environment}/{service}/{key}", "acme/{service}/{environment}", "acme-{service}/{environment}",
			"{service}", "{service}/{env}", "{service}/{environment}/", "/{service}/{environment}", "{service}-{environment}",
			"{service}/{service}/{environment}", "A/{service}/{environment}", "{service}/{environment}/{key}/{key}", "",
		]
		data.lib.name.template(text)
	}
	good == {
		"{service}/{environment}", "{environment}/{service}/{key}", "acme/{service}/{environment}", "acme-{service}/{environment}",
	}
}

test_names_are_read_by_the_managers_encoding if {
	read := [found |
		some [name, text, rules] in [
			["api/production", "{service}/{environment}", _plain],
			["llm-service_production", "{service}/{environment}", _gcp],
			["a-b--production--db", "{service}/{environment}/{key}", _azure],
			["/api/production", "{service}/{environment}", _ssm],
			["acme-api/production", "acme-{service}/{environment}", _plain],
			["root/api/production", "root/{service}/{environment}", _plain],
		]
		found := data.lib.name.read(name, text, rules)
	]
	read == [
		{"service": "api", "environment": "production"}, {"service": "llm-service", "environment": "production"},
		{"service": "a-b", "environment": "production", "key": "db"}, {"service": "api", "environment": "production"},
		{"service": "api", "environment": "production"}, {"service": "api", "environment": "production"},
	]
}

test_names_of_another_form_are_not_read if {
	read := {name |
		some name in [
			"", "/", "api", "api/", "/api/production", "api//production", "api/production/", "Api/production", "api/prod uction",
			"api/production/db", "a--b/production", "-a/production", "api/production-", "api\n/production", "аpi/production", "api／production",
		]
		data.lib.name.read(name, "{service}/{environment}", _plain)
	}
	read == set()
	not data.lib.name.read("acme-/production", "acme-{service}/{environment}", _plain)
	not data.lib.name.read("other/api/production", "root/{service}/{environment}", _plain)
	not data.lib.name.read("api/production", "{service}/{environment}", _ssm)
	not data.lib.name.read("a---b", "{service}/{environment}", _azure)
}

test_names_are_written_by_the_managers_encoding if {
	values := {"service": "api", "environment": "production", "key": "db"}
	written := [data.lib.name.write("x-{service}/{environment}/{key}", values, rules) | some rules in [_plain, _gcp, _azure, _ssm]]
	written == ["x-api/production/db", "x-api_production_db", "x-api--production--db", "/x-api/production/db"]
	data.lib.name.form("{service}/{environment}", _ssm) == "/{service}/{environment}"
}

test_long_names_are_cut_short if {
	data.lib.name.short("api/production") == "api/production"
	long := concat("", [text | some _ in numbers.range(1, 61); text := "é"])
	data.lib.name.short(substring(long, 0, 60)) == substring(long, 0, 60)
	data.lib.name.short(long) == $"{substring(long, 0, 59)}…"
}
