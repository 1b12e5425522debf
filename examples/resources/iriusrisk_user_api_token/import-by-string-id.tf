import {
  to = iriusrisk_user_api_token.pipeline
  id = "svc-pipeline"
}
