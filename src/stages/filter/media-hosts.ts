const list = (...lines: string[]): string[] => lines.flatMap((line) => line.split(' '))

/** Reddit's own hosts: a link to one of them is no outbound link. */
export const REDDIT_HOSTS: ReadonlySet<string> = new Set(
  list('reddit.com redd.it redditmedia.com redditstatic.com redditinc.com'),
)

/**
 * Hosts (with all hosts under them) whose pages hold a picture, a video or sound and little text.
 *
 * Made by us from the hosts that Reddit's link posts of 2008 to 2013 and later years name most; hosts with
 * much text beside media (twitter.com, facebook.com, tumblr.com, medium.com) are not in it.
 */
export const MEDIA_HOSTS: readonly string[] = list(
  // Pictures.
  'imgur.com flickr.com flic.kr staticflickr.com photobucket.com tinypic.com imageshack.us imageshack.com',
  'minus.com min.us quickmeme.com qkme.me livememe.com memegenerator.net imgflip.com makeameme.org',
  'ragestache.com twitpic.com yfrog.com lockerz.com instagram.com instagr.am pinterest.com pinimg.com',
  '500px.com deviantart.com deviantart.net fav.me sli.mg vidble.com postimg.org postimg.cc postimage.org',
  'ibb.co imgbb.com imgbox.com gyazo.com puu.sh prntscr.com prnt.sc 4cdn.org media.tumblr.com',
  'upload.wikimedia.org commons.wikimedia.org picsarus.com smugmug.com picasaweb.google.com',
  'photos.google.com ggpht.com twimg.com',
  // Moving pictures.
  'gfycat.com redgifs.com giphy.com tenor.com makeagif.com gifsoup.com coub.com',
  // Video.
  'youtube.com youtu.be youtube-nocookie.com ytimg.com vimeo.com dailymotion.com dai.ly liveleak.com',
  'streamable.com twitch.tv vine.co vid.me metacafe.com ustream.tv livestream.com viddler.com blip.tv',
  'video.google.com rutube.ru tiktok.com bitchute.com odysee.com rumble.com hulu.com netflix.com',
  'crackle.com xhamster.com xvideos.com pornhub.com redtube.com youporn.com xnxx.com onlyfans.com',
  // Sound.
  'soundcloud.com snd.sc open.spotify.com play.spotify.com spoti.fi bandcamp.com mixcloud.com',
  'grooveshark.com 8tracks.com audiomack.com deezer.com music.apple.com',
)

/** Endings of media files, in lower case. Documents (`pdf`) and archives are not among them. */
export const MEDIA_FILE_ENDINGS: ReadonlySet<string> = new Set(
  list(
    'jpg jpeg jpe png apng gif gifv webp avif heic bmp svg tif tiff ico psd',
    'mp4 m4v webm mov avi mkv wmv flv f4v swf mpg mpeg ogv 3gp',
    'mp3 m4a aac ogg oga opus wav flac wma aif aiff mid',
  ),
)
