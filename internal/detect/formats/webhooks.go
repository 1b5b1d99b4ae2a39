package formats

func (known) DiscordWebhook() Format {
	return Format{
		ID: "discord-webhook", Title: "a Discord webhook URL",
		Matches: "the path of a webhook URL",
		Source:  "https://discord.com/developers/docs/resources/webhook",
		Forms: []Form{
			{Anchor: "/api/webhooks/", Test: webhook(60)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True: texts("https://discord.com/api/webhooks/123456789012345678/" + m.Of(SetAlnum, 68)),
				False: texts(
					"https://discord.com/api/webhooks/123456789012345678",
					"https://example.com/api/webhooks/orders/created",
				),
			}
		},
	}
}

func (known) TeamsWebhook() Format {
	return Format{
		ID: "teams-webhook", Title: "a Microsoft Teams webhook URL",
		Matches: "the path of a webhook URL",
		Source:  "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/",
		Forms: []Form{
			{Anchor: ".webhook.office.com/webhookb2/", Test: webhook(80)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True: texts(
					"https://x.webhook.office.com/webhookb2/" + m.Of(SetHex, 36) + "@" + m.Of(SetHex, 36) +
						"/IncomingWebhook/" + m.Of(SetHex, 32) + "/" + m.Of(SetHex, 36),
				),
				False: texts("https://x.webhook.office.com/webhookb2/", "https://outlook.office.com/webhook"),
			}
		},
	}
}
