resource "iriusrisk_user" "pipeline" {
  username   = "svc-pipeline"
  email      = "svc-pipeline@example.com"
  first_name = "Pipeline"
  last_name  = "Service account"
}

# Changing the quarter replaces the token.
resource "iriusrisk_user_api_token" "pipeline" {
  username = iriusrisk_user.pipeline.username

  rotate_when_changed = {
    quarter = "2027-Q1"
  }
}

output "pipeline_token" {
  value     = iriusrisk_user_api_token.pipeline.token
  sensitive = true
}
