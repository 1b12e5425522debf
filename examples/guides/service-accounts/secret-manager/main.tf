terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }

    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The token of the provider is read from the secret manager. It is in neither plan nor state.
ephemeral "aws_secretsmanager_secret_version" "terraform" {
  secret_id = "iriusrisk/terraform"
}

provider "iriusrisk" {
  endpoint  = "https://acme.iriusrisk.com"
  api_token = ephemeral.aws_secretsmanager_secret_version.terraform.secret_string
}

resource "iriusrisk_user" "pipeline" {
  username   = "svc-pipeline"
  email      = "svc-pipeline@example.com"
  first_name = "Pipeline"
  last_name  = "Service account"
}

resource "iriusrisk_user_api_token" "pipeline" {
  username = iriusrisk_user.pipeline.username

  rotate_when_changed = {
    month = formatdate("YYYY-MM", plantimestamp())
  }
}

# The token of the service account is stored in the secret manager, where the pipeline reads it.
resource "aws_secretsmanager_secret" "pipeline" {
  name = "iriusrisk/svc-pipeline"
}

resource "aws_secretsmanager_secret_version" "pipeline" {
  secret_id     = aws_secretsmanager_secret.pipeline.id
  secret_string = iriusrisk_user_api_token.pipeline.token
}
