data "iriusrisk_user_invitation" "pending" {
  id = "38400000-8cf0-11bd-b23e-10b96e4ef00d"
}

output "invited" {
  value = data.iriusrisk_user_invitation.pending.email
}
