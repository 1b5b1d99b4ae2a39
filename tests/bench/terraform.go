package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// plan is the JSON of a plan of n resources in modules of 50, as `terraform show -json` writes one for a stack that
// exists and of which a tenth changes: each resource stands in it in the changes (before and after), in the planned and
// the prior values. It breaks no policy.
func plan(n int) []byte {
	var b bytes.Buffer
	if err := writePlan(&b, n); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// writePlan writes a plan, module by module, since a large one does not fit into memory.
func writePlan(to io.Writer, n int) error {
	w := bufio.NewWriterSize(to, 1<<20)
	// modules writes a text for each module, by what planned1 returns for its resources.
	modules := func(text func(module string, changes, values []string, configs []any) string) {
		for first := 0; first < n; first += 50 {
			module := fmt.Sprintf("module.service_%d", first/50)
			var changes, values []string
			var configs []any
			for i := first; i < min(first+50, n); i++ {
				change, value, config := planned1(module, i)
				changes, values, configs = append(changes, change), append(values, value), append(configs, config)
			}
			if first > 0 {
				_, _ = w.WriteString(",")
			}
			_, _ = w.WriteString(text(module, changes, values, configs))
		}
	}
	values := func() {
		_, _ = w.WriteString(`{"root_module": {"child_modules": [`)
		modules(func(module string, _, values []string, _ []any) string {
			return `{"address": "` + module + `", "resources": [` + strings.Join(values, ",") + `]}`
		})
		_, _ = w.WriteString(`]}}`)
	}
	_, _ = w.WriteString(`{"format_version":"1.2","terraform_version":"1.11.4","variables":{"name":{"value":"shop"}},` +
		`"planned_values":`)
	values()
	_, _ = w.WriteString(`,"resource_changes":[`)
	modules(func(_ string, changes, _ []string, _ []any) string { return strings.Join(changes, ",") })
	_, _ = w.WriteString(`],"prior_state":{"format_version":"1.0","values":`)
	values()
	_, _ = w.WriteString(`},"configuration":{"provider_config":{"aws":{"expressions":{"region":{"constant_value":"eu-west-1"}},` +
		`"full_name":"registry.terraform.io/hashicorp/aws","name":"aws"}},"root_module":{"module_calls":{`)
	modules(func(module string, _, _ []string, configs []any) string {
		call, err := json.Marshal(map[string]any{
			"source":      "./modules/service",
			"expressions": map[string]any{"name": map[string]any{"references": []string{"var.name"}}},
			"module":      map[string]any{"resources": configs, "variables": map[string]any{"name": map[string]any{}}},
		})
		if err != nil {
			panic(err)
		}
		return `"` + strings.TrimPrefix(module, "module.") + `":` + string(call)
	})
	_, _ = w.WriteString(`},"variables":{"name":{}}}},"complete":true}`)
	return w.Flush()
}

// state is the JSON of a state of n resources in modules of 50, as `terraform show -json` writes one: each has, beside
// what a plan sets, what the provider has added. It breaks no policy.
func state(n int) []byte {
	var modules []string
	for first := 0; first < n; first += 50 {
		module := fmt.Sprintf("module.service_%d", first/50)
		var inModule []string
		for i := first; i < min(first+50, n); i++ {
			_, value, _ := planned1(module, i)
			inModule = append(inModule, strings.Replace(value, `"values": {`, `"values": {`+added(i), 1))
		}
		modules = append(modules, `{"address": "`+module+`", "resources": [`+strings.Join(inModule, ",")+`]}`)
	}
	return fmt.Appendf(nil,
		`{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"child_modules":[%s]}}}`,
		strings.Join(modules, ","))
}

// added are the attributes that the provider adds to resource i, by its kind in planned1.
func added(i int) string {
	name := fmt.Sprintf("service-%d", i)
	arn := "arn:aws:service:eu-west-1:123456789012:" + name
	common := fmt.Sprintf(`"id": "%s", "arn": "%s", "region": "eu-west-1", "timeouts": null, `, name, arn)
	switch i % 5 {
	case 0: // aws_lambda_function
		return common + fmt.Sprintf(`"architectures": ["x86_64"], "code_signing_config_arn": "", "dead_letter_config": [], "description": "", "ephemeral_storage": [{"size": 512}], "file_system_config": [],
			"filename": "function.zip", "image_config": [], "image_uri": "", "invoke_arn": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/%s/invocations", "last_modified": "2026-03-04T05:06:07.000+0000",
			"logging_config": [{"application_log_level": "", "log_format": "Text", "log_group": "/aws/lambda/%s", "system_log_level": ""}], "package_type": "Zip", "publish": false, "qualified_arn": "%s:$LATEST",
			"qualified_invoke_arn": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/%s:$LATEST/invocations", "replace_security_groups_on_destroy": null, "reserved_concurrent_executions": -1, "s3_bucket": null,
			"s3_key": null, "s3_object_version": null, "signing_job_arn": "", "signing_profile_version_arn": "", "skip_destroy": false, "snap_start": [], "source_code_size": 48211, "tracing_config": [{"mode": "PassThrough"}], "version": "$LATEST", `,
			arn, name, arn, arn)
	case 1: // aws_iam_role
		return common + `"create_date": "2026-03-04T05:06:07Z", "force_detach_policies": false, "managed_policy_arns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"], "name_prefix": "", "permissions_boundary": "", `
	case 2: // aws_s3_bucket
		return common + fmt.Sprintf(`"acceleration_status": "", "acl": null, "bucket_domain_name": "shop-%[1]s.s3.amazonaws.com", "bucket_prefix": "", "bucket_regional_domain_name": "shop-%[1]s.s3.eu-west-1.amazonaws.com", "cors_rule": [],
			"grant": [{"permissions": ["FULL_CONTROL"], "type": "CanonicalUser", "uri": ""}], "hosted_zone_id": "Z1BKCTXD74EZPE", "lifecycle_rule": [], "logging": [], "object_lock_configuration": [], "object_lock_enabled": false,
			"policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::shop-%[1]s/*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}",
			"replication_configuration": [], "request_payer": "BucketOwner", "website": [], "website_domain": null, "website_endpoint": null, `, name)
	case 3: // aws_security_group
		return common + `"name_prefix": "", "owner_id": "123456789012", "revoke_rules_on_delete": false, `
	default: // aws_db_instance
		return common + fmt.Sprintf(`"address": "%[1]s.c1akciq32rgr.eu-west-1.rds.amazonaws.com", "allow_major_version_upgrade": null, "apply_immediately": false, "auto_minor_version_upgrade": true, "availability_zone": "eu-west-1a",
			"backup_retention_period": 7, "backup_target": "region", "backup_window": "03:10-03:40", "blue_green_update": [], "ca_cert_identifier": "rds-ca-rsa2048-g1", "character_set_name": "", "copy_tags_to_snapshot": true,
			"custom_iam_instance_profile": "", "customer_owned_ip_enabled": false, "db_name": "app", "dedicated_log_volume": false, "delete_automated_backups": true, "deletion_protection": true, "domain": "", "domain_dns_ips": [],
			"enabled_cloudwatch_logs_exports": ["postgresql", "upgrade"], "endpoint": "%[1]s.c1akciq32rgr.eu-west-1.rds.amazonaws.com:5432", "final_snapshot_identifier": null, "hosted_zone_id": "Z29XKXDKYMONMX",
			"iam_database_authentication_enabled": true, "iops": 3000, "kms_key_id": "arn:aws:kms:eu-west-1:123456789012:alias/rds", "latest_restorable_time": "2026-03-04T05:06:07Z", "license_model": "postgresql-license",
			"listener_endpoint": [], "maintenance_window": "sun:04:00-sun:04:30", "max_allocated_storage": 100, "monitoring_interval": 60, "monitoring_role_arn": "arn:aws:iam::123456789012:role/rds-monitoring", "multi_az": true,
			"network_type": "IPV4", "option_group_name": "default:postgres-16", "parameter_group_name": "default.postgres16", "performance_insights_enabled": true, "performance_insights_retention_period": 7, "port": 5432,
			"publicly_accessible": false, "replica_mode": "", "replicas": [], "replicate_source_db": "", "resource_id": "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "restore_to_point_in_time": [], "s3_import": [], "skip_final_snapshot": false,
			"snapshot_identifier": null, "status": "available", "storage_encrypted": true, "storage_throughput": 125, "storage_type": "gp3", "timezone": "", "upgrade_storage_config": null, `, name)
	}
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
