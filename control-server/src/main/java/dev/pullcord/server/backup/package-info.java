/** What a backup of a server holds, and how it is written and read back. */
@NullMarked
package dev.pullcord.server.backup;

import org.jspecify.annotations.NullMarked;
