data "iriusrisk_user_sessions" "ada" {
  username = "ada"
}

output "ada_is_signed_in" {
  value = data.iriusrisk_user_sessions.ada.active > 0
}
