# Three users with their roles and business units by name, and a service account with an API token.

terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

locals {
  people = {
    ada   = { first_name = "Ada", last_name = "Lovelace", roles = ["ROLE_PORTFOLIO_VIEW", "ROLE_READ_ONLY"], units = ["Platform"] }
    alan  = { first_name = "Alan", last_name = "Turing", roles = ["ROLE_DEVELOPER"], units = ["Mobile", "Payments"] }
    grace = { first_name = "Grace", last_name = "Hopper", roles = ["ROLE_RISK_MANAGER"], units = ["Payments"] }
  }
}

# Both sets are authoritative: what is assigned outside Terraform is removed on the next apply.
resource "iriusrisk_user" "people" {
  for_each = local.people

  username            = each.key
  email               = "${each.key}@example.com"
  first_name          = each.value.first_name
  last_name           = each.value.last_name
  role_names          = each.value.roles
  business_unit_names = each.value.units
}

resource "iriusrisk_user" "pipeline" {
  username   = "svc-pipeline"
  email      = "svc-pipeline@example.com"
  first_name = "Pipeline"
  last_name  = "Service account"
}

resource "iriusrisk_user_api_token" "pipeline" {
  username = iriusrisk_user.pipeline.username
}

output "pipeline_token" {
  description = "The API token of the service account."
  value       = iriusrisk_user_api_token.pipeline.token
  sensitive   = true
}
