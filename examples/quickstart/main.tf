# Three people, their roles and business units by name, and a service account with an API token.

terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# Endpoint and API token come from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

locals {
  people = {
    ada   = { first_name = "Ada", last_name = "Lovelace", roles = ["ROLE_PORTFOLIO_VIEW", "ROLE_READ_ONLY"], units = ["Platform"] }
    alan  = { first_name = "Alan", last_name = "Turing", roles = ["ROLE_DEVELOPER"], units = ["Mobile", "Payments"] }
    grace = { first_name = "Grace", last_name = "Hopper", roles = ["ROLE_RISK_MANAGER"], units = ["Payments"] }
  }

  # One element for each role, and for each business unit, of each person.
  roles = merge([for name, person in local.people : { for role in person.roles : "${name}/${role}" => { username = name, role = role } }]...)
  units = merge([for name, person in local.people : { for unit in person.units : "${name}/${unit}" => { username = name, unit = unit } }]...)
}

# People write names, IriusRisk wants UUIDs.
data "iriusrisk_role" "this" {
  for_each = toset(flatten([for person in local.people : person.roles]))

  name = each.value
}

data "iriusrisk_business_unit" "this" {
  for_each = toset(flatten([for person in local.people : person.units]))

  name = each.value
}

resource "iriusrisk_user" "people" {
  for_each = local.people

  username   = each.key
  email      = "${each.key}@example.com"
  first_name = each.value.first_name
  last_name  = each.value.last_name
}

resource "iriusrisk_user_role" "people" {
  for_each = local.roles

  username = iriusrisk_user.people[each.value.username].username
  role_id  = data.iriusrisk_role.this[each.value.role].id
}

resource "iriusrisk_user_business_unit" "people" {
  for_each = local.units

  username         = iriusrisk_user.people[each.value.username].username
  business_unit_id = data.iriusrisk_business_unit.this[each.value.unit].id
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
