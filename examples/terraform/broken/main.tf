# A configuration that breaks the standard. It needs no provider and no cloud:
#
#   terraform init && terraform plan -out tfplan && terraform show -json tfplan | policypack check -

variable "db_password" {
  type    = string
  default = "correct-Horse-7-battery" # policypack:allow committed-secret: an example, no password of anything
}

resource "terraform_data" "service" {
  input = {
    LOG_LEVEL   = "info"
    DB_PASSWORD = var.db_password
  }

  provisioner "local-exec" {
    command = "aws secretsmanager create-secret --name shop/production"
  }
}

output "db_password" {
  value = var.db_password
}
