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
    ada   = { email = "ada@example.com", first_name = "Ada", last_name = "Lovelace" }
    grace = { email = "grace@example.com", first_name = "Grace", last_name = "Hopper" }
  }
}

action "iriusrisk_revoke_user_sessions" "leaver" {
  config {
    username = caller.username
  }
}

# When a user is removed from people, their sessions end before the user is deleted.
resource "iriusrisk_user" "people" {
  for_each = local.people

  username   = each.key
  email      = each.value.email
  first_name = each.value.first_name
  last_name  = each.value.last_name

  lifecycle {
    action_trigger {
      events  = [before_destroy]
      actions = [action.iriusrisk_revoke_user_sessions.leaver]
    }
  }
}
