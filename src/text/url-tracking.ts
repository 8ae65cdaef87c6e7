/** Beginnings of parameter names that only say how a reader came to the page, in lower case. */
export const TRACKING_PREFIXES: readonly string[] = [
  'utm_', // Urchin and Google Analytics campaigns
  'hsa_', // HubSpot advertisements
  'mtm_', // Matomo campaigns
  'pk_', // Piwik campaigns, before Matomo
]

/**
 * Names of query parameters that only say how a reader came to the page, in lower case.
 *
 * Chosen by us: click ids of advertisers, mailing and analytics services that their makers document and
 * that no site needs to find a page. Names with another meaning on some sites (`ref`, `source`, `from`,
 * `s`) are left alone, because losing one loses the page.
 */
export const TRACKING_PARAMETERS: ReadonlySet<string> = new Set([
  // Click ids: Google, Facebook, Microsoft, Yandex, X, TikTok, LinkedIn, Snapchat, Instagram, Reddit.
  'gclid',
  'gclsrc',
  'dclid',
  'gbraid',
  'wbraid',
  'srsltid',
  'fbclid',
  'msclkid',
  'yclid',
  'ysclid',
  'ymclid',
  '_openstat',
  'twclid',
  'ttclid',
  'li_fat_id',
  'sccid',
  'igshid',
  'igsh',
  'rdt_cid',
  // Sessions of Google Analytics and Matomo carried over to another domain.
  '_ga',
  '_gl',
  'piwik_campaign',
  // Mailings: Mailchimp, HubSpot, Marketo, Vero, Omeda, Drip.
  'mc_cid',
  'mc_eid',
  '_hsenc',
  '_hsmi',
  '__hssc',
  '__hstc',
  '__hsfp',
  'hsctatracking',
  'mkt_tok',
  'vero_id',
  'vero_conv',
  'oly_anon_id',
  'oly_enc_id',
  '__s',
  // Others: Webtrends, Adobe Campaign, Wicked Reports, Rockerbox, Zanox and Impact.
  'wt.mc_id',
  'wt_mc',
  'sc_cid',
  'wickedid',
  'rb_clickid',
  'zanpid',
  'irclickid',
])
