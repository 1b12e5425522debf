# Invoke the action with:
# terraform apply -invoke action.iriusrisk_invite_user.grace
action "iriusrisk_invite_user" "grace" {
  config {
    email = "grace@example.com"
  }
}
