terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

module "people" {
  source = "github.com/iriusrisk/terraform-provider-iriusrisk//examples/modules/people"

  people_csv = file("${path.module}/people.csv")
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
