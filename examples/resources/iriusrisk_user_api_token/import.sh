# By the username. The token itself is shown once only, on creation, so it stays null after an import.
terraform import iriusrisk_user_api_token.pipeline svc-pipeline
