/** How the vendors' keys that are told apart by their beginning look: what follows it, and how long that is. */
export interface KeyForm {
  readonly vendor: string
  readonly prefix: string
  /** Characters behind the prefix. */
  readonly body: 'alphanumeric' | 'capitals' | 'hex' | 'base64url'
  readonly least: number
  readonly most: number
}

const form = (
  vendor: string,
  prefix: string,
  body: KeyForm['body'],
  least: number,
  most = least,
): KeyForm => ({ vendor, prefix, body, least, most })

/**
 * Forms that vendors document for their keys, or that the keys they issue have. A prefix that begins another's stands
 * behind it.
 *
 * @see The vendors' pages on their credentials and on secret scanning.
 */
export const KEY_FORMS: readonly KeyForm[] = [
  form('AWS access key', 'AKIA', 'capitals', 16),
  form('AWS temporary access key', 'ASIA', 'capitals', 16),
  form('GitHub personal token', 'ghp_', 'alphanumeric', 36, 255),
  form('GitHub OAuth token', 'gho_', 'alphanumeric', 36, 255),
  form('GitHub user token', 'ghu_', 'alphanumeric', 36, 255),
  form('GitHub server token', 'ghs_', 'alphanumeric', 36, 255),
  form('GitHub refresh token', 'ghr_', 'alphanumeric', 36, 255),
  form('GitHub fine-grained token', 'github_pat_', 'base64url', 82),
  form('GitLab personal token', 'glpat-', 'base64url', 20, 64),
  form('GitLab deploy token', 'gldt-', 'base64url', 20, 64),
  form('GitLab runner token', 'glrt-', 'base64url', 20, 64),
  form('Slack bot token', 'xoxb-', 'base64url', 24, 120),
  form('Slack user token', 'xoxp-', 'base64url', 24, 120),
  form('Slack app token', 'xapp-', 'base64url', 40, 160),
  form('Slack legacy token', 'xoxa-', 'base64url', 24, 120),
  form('Slack refresh token', 'xoxr-', 'base64url', 24, 200),
  form('Stripe secret key', 'sk_live_', 'alphanumeric', 24, 247),
  form('Stripe restricted key', 'rk_live_', 'alphanumeric', 24, 247),
  form('Stripe test key', 'sk_test_', 'alphanumeric', 24, 247),
  form('Stripe webhook secret', 'whsec_', 'alphanumeric', 32, 64),
  form('Google API key', 'AIza', 'base64url', 35),
  form('Google OAuth secret', 'GOCSPX-', 'base64url', 28),
  form('Google OAuth token', 'ya29.', 'base64url', 60, 1000),
  form('Anthropic key', 'sk-ant-', 'base64url', 80, 120),
  form('OpenAI project key', 'sk-proj-', 'base64url', 40, 200),
  form('OpenAI service key', 'sk-svcacct-', 'base64url', 40, 200),
  form('OpenRouter key', 'sk-or-v1-', 'hex', 64),
  form('OpenAI key', 'sk-', 'alphanumeric', 48),
  form('Hugging Face token', 'hf_', 'alphanumeric', 34, 40),
  form('Replicate token', 'r8_', 'alphanumeric', 37),
  form('npm token', 'npm_', 'alphanumeric', 36),
  form('PyPI token', 'pypi-AgE', 'base64url', 60, 300),
  form('RubyGems key', 'rubygems_', 'hex', 48),
  form('Twilio key', 'SK', 'hex', 32),
  form('Mailgun key', 'key-', 'hex', 32),
  form('Mailchimp transactional key', 'md-', 'alphanumeric', 22),
  form('DigitalOcean token', 'dop_v1_', 'hex', 64),
  form('DigitalOcean OAuth token', 'doo_v1_', 'hex', 64),
  form('Shopify admin token', 'shpat_', 'hex', 32),
  form('Shopify shared secret', 'shpss_', 'hex', 32),
  form('Square access token', 'sq0atp-', 'base64url', 22),
  form('Square secret', 'sq0csp-', 'base64url', 43),
  form('Databricks token', 'dapi', 'hex', 32),
  form('Docker token', 'dckr_pat_', 'base64url', 27, 36),
  form('Linear key', 'lin_api_', 'alphanumeric', 40),
  form('Notion token', 'ntn_', 'alphanumeric', 46),
  form('New Relic key', 'NRAK-', 'capitals', 27),
  form('Grafana token', 'glsa_', 'base64url', 41),
  form('Vault token', 'hvs.', 'base64url', 24, 300),
  form('Terraform Cloud token', 'atlasv1.', 'base64url', 60, 70),
  form('Sentry token', 'sntrys_', 'base64url', 60, 300),
  form('Supabase key', 'sbp_', 'hex', 40),
  form('age secret key', 'AGE-SECRET-KEY-1', 'capitals', 58),
]

/** Beginnings of keys in parts joined by dots: least characters of each part behind the beginning. */
export const DOTTED_KEYS: readonly {
  readonly vendor: string
  readonly prefix: string
  readonly parts: readonly number[]
}[] = [
  { vendor: 'SendGrid key', prefix: 'SG.', parts: [16, 32] },
  // A JSON Web Token: header and payload are JSON in base64url, so both begin `eyJ`.
  { vendor: 'JSON Web Token', prefix: 'eyJ', parts: [10, 10, 20] },
]
