package bench

import (
	"encoding/json"
	"fmt"
	"strings"
)

// plan is the JSON of a plan of n resources in modules of 50, as `terraform show -json` writes one for a stack that
// exists and of which a tenth changes: each resource stands in it in the changes (before and after), in the planned and
// the prior values. It breaks no policy.
func plan(n int) []byte {
	var changes, planned []string
	calls := map[string]any{}
	for first := 0; first < n; first += 50 {
		module := fmt.Sprintf("module.service_%d", first/50)
		var inModule []string
		var configs []any
		for i := first; i < min(first+50, n); i++ {
			change, value, config := planned1(module, i)
			changes, inModule = append(changes, change), append(inModule, value)
			configs = append(configs, config)
		}
		planned = append(planned, `{"address": "`+module+`", "resources": [`+strings.Join(inModule, ",")+`]}`)
		calls[strings.TrimPrefix(module, "module.")] = map[string]any{
			"source":      "./modules/service",
			"expressions": map[string]any{"name": map[string]any{"references": []string{"var.name"}}},
			"module":      map[string]any{"resources": configs, "variables": map[string]any{"name": map[string]any{}}},
		}
	}
	configuration, err := json.Marshal(map[string]any{
		"provider_config": map[string]any{"aws": map[string]any{
			"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws",
			"expressions": map[string]any{"region": map[string]any{"constant_value": "eu-west-1"}},
		}},
		"root_module": map[string]any{"module_calls": calls, "variables": map[string]any{"name": map[string]any{}}},
	})
	if err != nil {
		panic(err)
	}
	values := `{"root_module": {"child_modules": [` + strings.Join(planned, ",") + `]}}`
	return fmt.Appendf(nil,
		`{"format_version":"1.2","terraform_version":"1.11.4","variables":{"name":{"value":"shop"}},"planned_values":%s,`+
			`"resource_changes":[%s],"prior_state":{"format_version":"1.0","values":%s},"configuration":%s,"complete":true}`,
		values, strings.Join(changes, ","), values, configuration)
}

// planned1 is one resource: its change, its value, and its configuration.
func planned1(module string, i int) (change, value string, config any) {
	type kind struct {
		typ, after, sensitive string
		expressions           map[string]any
	}
	constant := func(v any) any { return map[string]any{"constant_value": v} }
	refer := func(texts ...string) any { return map[string]any{"references": texts} }
	tags := fmt.Sprintf(`{"Name": "service-%d", "team": "payments", "cost_center": "4711"}`, i)
	kinds := []kind{
		{
			"aws_lambda_function",
			fmt.Sprintf(`{"function_name": "service-%d", "handler": "index.handler", "runtime": "nodejs20.x", "memory_size": 256, "timeout": 30, "role": "arn:aws:iam::123456789012:role/service-%d",
			"environment": [{"variables": {"LOG_LEVEL": "info", "TABLE": "items-%d", "SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/production"}}],
			"vpc_config": [{"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]}], "tags": %s, "tags_all": %s, "layers": null, "kms_key_arn": null}`, i, i, i, tags, tags),
			`{"environment": [{"variables": {}}], "tags": {}, "vpc_config": [{"subnet_ids": [false, false]}]}`,
			map[string]any{
				"function_name": refer("var.name"), "handler": constant("index.handler"),
				"runtime":     constant("nodejs20.x"),
				"memory_size": constant(256), "role": refer("aws_iam_role.r.arn", "aws_iam_role.r"),
				"tags":        refer("var.name"),
				"environment": []any{map[string]any{"variables": refer("var.name")}},
			},
		},
		{
			"aws_iam_role",
			fmt.Sprintf(`{"name": "service-%d", "assume_role_policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}",
			"description": "role of service %d", "max_session_duration": 3600, "path": "/", "tags": %s, "tags_all": %s, "inline_policy": []}`, i, i, tags, tags),
			`{"tags": {}, "inline_policy": []}`,
			map[string]any{
				"name":               refer("var.name"),
				"assume_role_policy": refer("data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"),
			},
		},
		{
			"aws_s3_bucket",
			fmt.Sprintf(`{"bucket": "shop-service-%d", "force_destroy": false, "tags": %s, "tags_all": %s, "versioning": [{"enabled": true, "mfa_delete": false}],
			"server_side_encryption_configuration": [{"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": ""}]}]}]}`, i, tags, tags),
			`{"tags": {}, "versioning": [{}]}`,
			map[string]any{"bucket": refer("var.name"), "tags": constant(map[string]any{"team": "payments"})},
		},
		{
			"aws_security_group",
			fmt.Sprintf(`{"name": "service-%d", "vpc_id": "vpc-1", "description": "of service %d", "ingress": [{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"], "description": "", "self": false}],
			"egress": [{"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"], "description": "", "self": false}], "tags": %s, "tags_all": %s}`, i, i, tags, tags),
			`{"tags": {}, "ingress": [{"cidr_blocks": [false]}]}`,
			map[string]any{"name": refer("var.name"), "vpc_id": refer("data.aws_vpc.v.id", "data.aws_vpc.v")},
		},
		{
			"aws_db_instance",
			fmt.Sprintf(`{"identifier": "service-%d", "engine": "postgres", "engine_version": "16.3", "instance_class": "db.t4g.medium", "allocated_storage": 20, "manage_master_user_password": true,
			"username": "app", "password": null, "db_subnet_group_name": "main", "vpc_security_group_ids": ["sg-1"], "tags": %s, "tags_all": %s}`, i, tags, tags),
			`{"password": true, "tags": {}}`,
			map[string]any{
				"identifier": refer("var.name"), "manage_master_user_password": constant(true),
				"username": constant("app"),
			},
		},
	}
	k := kinds[i%len(kinds)]
	name := fmt.Sprintf("r_%d", i)
	address := module + "." + k.typ + "." + name
	actions, before, unknown := `["no-op"]`, k.after, `{}`
	if i%10 == 0 {
		actions, before, unknown = `["create"]`, "null", `{"id": true, "arn": true}`
	}
	head := fmt.Sprintf(`"address": "%s", "mode": "managed", "type": "%s", "name": "%s", "provider_name": "registry.terraform.io/hashicorp/aws"`, address, k.typ, name)
	change = fmt.Sprintf(
		`{%s, "module_address": "%s", "change": {"actions": %s, "before": %s, "after": %s, "after_unknown": %s, "before_sensitive": %s, "after_sensitive": %s}}`,
		head, module, actions, before, k.after, unknown, k.sensitive, k.sensitive)
	value = fmt.Sprintf(`{%s, "schema_version": 0, "values": %s, "sensitive_values": %s}`, head, k.after, k.sensitive)
	config = map[string]any{
		"address": k.typ + "." + name, "mode": "managed", "type": k.typ, "name": name, "provider_config_key": "aws",
		"expressions": k.expressions, "schema_version": 0,
	}
	return change, value, config
}
