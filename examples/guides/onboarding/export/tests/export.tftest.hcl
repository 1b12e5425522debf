mock_provider "iriusrisk" {}

run "empty_instance" {
  command = plan

  assert {
    condition     = length(jsondecode(output.people)) == 0 && output.imports == ""
    error_message = "An instance without users must result in empty files."
  }
}
