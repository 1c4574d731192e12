"""Referral: who invites, who accepts, what that multiplies growth by, and what it costs."""
