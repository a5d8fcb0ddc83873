@NullMarked
package dev.pullcord.server.hold;

import org.jspecify.annotations.NullMarked;
