terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

resource "iriusrisk_user" "pipeline" {
  username   = "svc-pipeline"
  email      = "svc-pipeline@example.com"
  first_name = "Pipeline"
  last_name  = "Service account"
  role_names = ["ROLE_DEVELOPER"]
}

# The first plan in a new month replaces the token.
resource "iriusrisk_user_api_token" "pipeline" {
  username = iriusrisk_user.pipeline.username

  rotate_when_changed = {
    month = formatdate("YYYY-MM", plantimestamp())
  }
}

output "pipeline_token" {
  value     = iriusrisk_user_api_token.pipeline.token
  sensitive = true
}
