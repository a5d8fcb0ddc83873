/** What the server has decided that one node should run. */
@NullMarked
package dev.pullcord.protocol.desired;

import org.jspecify.annotations.NullMarked;
