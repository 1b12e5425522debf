variable "invitation_id" {
  description = "The UUID of the invitation. It is a secret."
  type        = string
  sensitive   = true
}

data "iriusrisk_user_invitation" "pending" {
  id = var.invitation_id
}

output "invited" {
  value = data.iriusrisk_user_invitation.pending.email
}
