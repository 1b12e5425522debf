# When the user is updated, for example because their roles change, their sessions end. To invoke the action directly:
# terraform apply -invoke action.iriusrisk_revoke_user_sessions.ada
action "iriusrisk_revoke_user_sessions" "ada" {
  config {
    username = "ada"
  }
}

resource "iriusrisk_user" "ada" {
  username   = "ada"
  email      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.iriusrisk_revoke_user_sessions.ada]
    }
  }
}
