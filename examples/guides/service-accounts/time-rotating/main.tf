terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }

    time = {
      source = "hashicorp/time"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

resource "time_rotating" "pipeline" {
  rotation_days = 30
}

resource "iriusrisk_user" "pipeline" {
  username   = "svc-pipeline"
  email      = "svc-pipeline@example.com"
  first_name = "Pipeline"
  last_name  = "Service account"
}

# The first plan after 30 days replaces the token.
resource "iriusrisk_user_api_token" "pipeline" {
  username = iriusrisk_user.pipeline.username

  rotate_when_changed = {
    since = time_rotating.pipeline.id
  }
}
