filedesc://made.arc 0.0.0.0 20080102030405 text/plain 41
1 0 Made
URL IP-address Archive-date ...

dns:made.test 127.0.0.1 20080102030405 text/dns 43
20080102030405
made.test. 1 IN A 127.0.0.1

http://made.test/1 127.0.0.1 20080102030405 text/html 50
HTTP/1.1 200 OK
Content-Type: text/html

<p>one
http://made.test/with a blank ::1 200801020304 text/html; charset=x 25
HTTP/1.1 200 OK

<p>two
http://made.test/2 127.0.0.1 20080102030405 text/html 200 - - 1234 made.arc 33
HTTP/1.1 200 OK

<p>version two
http://made.test/none 127.0.0.1 20080102030405 text/html 17
<p>no status line
