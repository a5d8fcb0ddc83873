/** How a node comes to belong to a server: its key, the token, and what is written down of it. */
@NullMarked
package dev.pullcord.agent.enroll;

import org.jspecify.annotations.NullMarked;
