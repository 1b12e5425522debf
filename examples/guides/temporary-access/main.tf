terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {
  # Stops a plan that deletes or disables more users than this.
  max_user_removals = 10
}

module "people" {
  source = "github.com/iriusrisk/terraform-provider-iriusrisk//examples/modules/people"

  people_csv = file("${path.module}/people.csv")

  # A user whose access ends keeps neither a session nor an API token.
  revoke_on_disable = ["sessions", "api_token"]
}

locals {
  # What ends within the next seven days.
  ending = [
    for access in module.people.end_dates : "${access.username} (${coalesce(access.role, access.business_unit, "the user")}, ${access.ends})"
    if timecmp(plantimestamp(), access.ends) < 0 && timecmp(timeadd(plantimestamp(), "168h"), access.ends) >= 0
  ]
}

check "end_dates" {
  assert {
    condition     = length(local.ending) == 0
    error_message = "Access that ends within seven days: ${join(", ", local.ending)}."
  }
}
