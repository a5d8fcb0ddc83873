/** Workers' logs, from the node that has them to whoever reads them; nothing of them is kept. */
@NullMarked
package dev.pullcord.server.logs;

import org.jspecify.annotations.NullMarked;
