mock_provider "iriusrisk" {
  mock_resource "iriusrisk_user_api_token" {
    defaults = {
      token = "mocked"
    }
  }
}

run "token" {
  assert {
    condition     = can(regex("^\\d{4}-\\d{2}$", iriusrisk_user_api_token.pipeline.rotate_when_changed["month"]))
    error_message = "The token does not rotate each month."
  }

  assert {
    condition     = output.pipeline_token == "mocked"
    error_message = "The output is not the token."
  }
}
