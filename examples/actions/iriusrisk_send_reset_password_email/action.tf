# When the user is created, IriusRisk sends them an e-mail with a link to set a password. To invoke the action directly:
# terraform apply -invoke action.iriusrisk_send_reset_password_email.ada
action "iriusrisk_send_reset_password_email" "ada" {
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
      events  = [after_create]
      actions = [action.iriusrisk_send_reset_password_email.ada]
    }
  }
}
