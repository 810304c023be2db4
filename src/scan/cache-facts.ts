/** What a cache holds, for whoever asks; the way to the folder of the cache from outside of a scan. */
export { cacheFacts, defaultCacheBytes } from '../cache/cache-folder.js';
