terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

# Users who are removed from this set keep the role in IriusRisk.
resource "iriusrisk_user_role" "developers" {
  for_each = toset(["ada", "grace"])

  username  = each.key
  role_name = "ROLE_DEVELOPER"

  lifecycle {
    destroy = false
  }
}
