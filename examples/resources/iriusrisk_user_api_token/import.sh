# Import by username. The value of the token stays null, because IriusRisk shows it only when it is generated.
terraform import iriusrisk_user_api_token.pipeline svc-pipeline
