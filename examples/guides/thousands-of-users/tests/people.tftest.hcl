mock_provider "iriusrisk" {}

run "people" {
  command = plan

  assert {
    condition     = iriusrisk_user.people["alan"].business_unit_names == toset(["Mobile", "Payments"])
    error_message = "Alan has the business units ${join(", ", iriusrisk_user.people["alan"].business_unit_names)}."
  }
}
