# The same configuration as it should be: what runs gets a reference to its secret and reads it at run time, with its own
# role. The secret itself is made by a module of the parameter blessedModules, and a person sets its value.
#
#   terraform init && terraform plan -out tfplan && terraform show -json tfplan | policypack check -

variable "db_secret_arn" {
  type    = string
  default = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/production-AbCdEf"
}

resource "terraform_data" "service" {
  input = {
    LOG_LEVEL     = "info"
    DB_SECRET_ARN = var.db_secret_arn
  }
}

output "db_secret_arn" {
  value = var.db_secret_arn
}
